/**
 * DORA metrics of a service or team on its Backstage page, for Backstage's front-end system.
 *
 * @packageDocumentation
 */

export { doradoPlugin as default } from './plugin';
export { doradoApiRef, DoradoClient, DoradoError } from './api';
export type * from './api';
export { isDoradoAvailable, SERVICE_ANNOTATION, TEAM_ANNOTATION } from './entity';
export type { DoradoSubject } from './entity';
