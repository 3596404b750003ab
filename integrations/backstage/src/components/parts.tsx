import { PropsWithChildren, ReactNode } from 'react';
import { Button, Link, Tooltip, TooltipTrigger } from '@backstage/ui';
import { known, time, UNKNOWN, utc } from '../generated/format';
import { ruleName, ruleText } from '../generated/rules';
import styles from './delivery.module.css';

/** A time in the viewer's zone, with UTC in its title. */
export const Moment = ({ at }: { at: string | null }) =>
  known(at) ? (
    <time dateTime={at!} title={utc(at)} className={styles.together}>
      {time(at)}
    </time>
  ) : (
    <>{UNKNOWN}</>
  );

/** The rule that decided something; what it says stands in a tooltip. */
export const Rule = ({ number }: { number: string | null }) => {
  if (!number) return null;
  const text = ruleText(number);
  if (!text) return <span className={styles.rule}>{ruleName(number)}</span>;
  return (
    <TooltipTrigger delay={200}>
      <Button variant="tertiary" size="small" className={styles.rule}>
        {ruleName(number)}
      </Button>
      <Tooltip>{text}</Tooltip>
    </TooltipTrigger>
  );
};

/** What something is, in a word or two. */
export const Tag = ({ tone, title, children }: PropsWithChildren<{ tone: 'bad' | 'warn' | 'plain'; title?: string }>) => (
  <span className={`${styles.tag} ${styles[tone]}`} title={title}>
    {children}
  </span>
);

/** A link to another tool, only to web addresses, whatever a webhook has put there. */
export const Outward = ({ to, children }: { to: string | null | undefined; children: ReactNode }) =>
  /^https?:\/\//i.test(to ?? '') ? (
    <Link href={to!} target="_blank" rel="noopener noreferrer">
      {children}
    </Link>
  ) : (
    <>{children}</>
  );
