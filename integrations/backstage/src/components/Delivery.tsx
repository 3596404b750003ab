import { ReactNode } from 'react';
import { Skeleton, VisuallyHidden } from '@backstage/ui';
import { DoradoSubject } from '../entity';
import { NoAnswer, Unknown } from './Problem';
import { Delivery as Known, useDelivery } from './useDelivery';
import styles from './delivery.module.css';

interface DeliveryProps {
  subject: DoradoSubject;
  days: number;
  /** Draws what Dorado knows. */
  children: (delivery: Known) => ReactNode;
}

const Question = ({ subject, days, children }: DeliveryProps) => {
  const { value, loading, error, retry } = useDelivery(subject, days);
  if (loading) {
    return (
      <div role="status" className={styles.loading}>
        <VisuallyHidden>
          Asking Dorado about the {subject.kind} {subject.name}
        </VisuallyHidden>
        {[1, 2, 3, 4].map(line => (
          <Skeleton key={line} width="100%" height={28} />
        ))}
      </div>
    );
  }
  if (error) return <NoAnswer error={error} retry={retry} />;
  if (!value) return <Unknown subject={subject} />;
  return <>{children(value)}</>;
};

/** What Dorado knows of a service or team; or that it is awaited, does not answer, or does not know it. */
export const Delivery = (props: DeliveryProps) => (
  // What was asked before is not shown for another question, not even for a moment.
  <Question key={`${props.subject.kind} ${props.subject.name} ${props.days}`} {...props} />
);
