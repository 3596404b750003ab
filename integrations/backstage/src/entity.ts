import { Entity } from '@backstage/catalog-model';

/** Annotation of a component: the name of its service in Dorado. */
export const SERVICE_ANNOTATION = 'dorado.dev/service';
/** Annotation of a group: the name of its team in Dorado. */
export const TEAM_ANNOTATION = 'dorado.dev/team';

/** What is asked about: a service or a team of Dorado. */
export interface DoradoSubject {
  kind: 'service' | 'team';
  /** Its name in Dorado. */
  name: string;
  /** The annotation that changes the name. */
  annotation: string;
  /** Whether the entity has that annotation; if not, the name is the entity's. */
  annotated: boolean;
}

const ANNOTATIONS = new Map<string, Pick<DoradoSubject, 'kind' | 'annotation'>>([
  ['component', { kind: 'service', annotation: SERVICE_ANNOTATION }],
  ['group', { kind: 'team', annotation: TEAM_ANNOTATION }],
]);

/**
 * Whether Dorado can be asked about an entity: a component is a service, a group is a team.
 *
 * @public
 */
export function isDoradoAvailable(entity: Entity): boolean {
  return ANNOTATIONS.has(entity.kind.toLocaleLowerCase('en-US'));
}

/**
 * The service or team that an entity is in Dorado: what its annotation says, else `metadata.name`
 * in lower case, as Dorado's catalog names it.
 */
export function subjectOf(entity: Entity): DoradoSubject {
  const ours = ANNOTATIONS.get(entity.kind.toLocaleLowerCase('en-US'));
  if (!ours) {
    throw new Error(
      `The entity '${entity.metadata.name}' has the kind ${entity.kind}: expected a Component or Group. Show Dorado's card and tab for these kinds only (isDoradoAvailable)`,
    );
  }
  const annotated = entity.metadata.annotations?.[ours.annotation]?.trim();
  return {
    ...ours,
    name: annotated || entity.metadata.name.toLocaleLowerCase('en-US'),
    annotated: Boolean(annotated),
  };
}
