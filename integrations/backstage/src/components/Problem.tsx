import { Alert, Button } from '@backstage/ui';
import { DoradoError } from '../api';
import { DoradoSubject, SERVICE_ANNOTATION } from '../entity';
import styles from './delivery.module.css';

/** That Dorado did not answer: what was asked, what came back, what to do. */
export const NoAnswer = ({ error, retry }: { error: Error; retry: () => void }) => (
  <Alert
    status="danger"
    icon
    role="alert"
    title="Dorado did not answer"
    description={
      <>
        <span className={styles.breakable}>{error.message}</span>
        {error instanceof DoradoError && <p>{error.remedy}</p>}
      </>
    }
    customActions={
      <Button size="small" variant="secondary" onPress={retry}>
        Try again
      </Button>
    }
  />
);

/** That Dorado does not know the service or team: which name was asked for, and what changes it. */
export const Unknown = ({ subject }: { subject: DoradoSubject }) => {
  const { kind, name, annotation, annotated } = subject;
  return (
    <Alert
      status="info"
      icon
      title={
        <span className={styles.breakable}>
          Dorado does not know the {kind} ‘{name}’
        </span>
      }
      description={
        <>
          <p>
            {annotated ? (
              <>
                The name is that of the annotation <code>{annotation}</code>. Correct it there, or remove it to ask for{' '}
                <code>metadata.name</code>.
              </>
            ) : (
              <>
                The name is <code>metadata.name</code>. If it is called differently in Dorado, add the annotation{' '}
                <code>{annotation}</code> to the entity.
              </>
            )}
          </p>
          <p>
            {annotation === SERVICE_ANNOTATION
              ? "A service is known once a deployment or Dorado's catalog names it; without a catalog entry, a repository is a service named owner/name."
              : "A team is known if Dorado's catalog says that it owns a service in this period."}
          </p>
        </>
      }
    />
  );
};
