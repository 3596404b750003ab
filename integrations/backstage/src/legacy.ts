/**
 * The same for apps on Backstage's legacy front-end system.
 *
 * @packageDocumentation
 */

import {
  configApiRef,
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { DoradoClient, doradoApiRef } from './api';

const rootRouteRef = createRouteRef({ id: 'dorado' });

/** @public */
export const doradoPlugin = createPlugin({
  id: 'dorado',
  routes: { root: rootRouteRef },
  apis: [
    createApiFactory({
      api: doradoApiRef,
      deps: { configApi: configApiRef, discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: ({ configApi, discoveryApi, fetchApi }) =>
        new DoradoClient({ discoveryApi, fetchApi, proxyPath: configApi.getOptionalString('dorado.proxyPath') }),
    }),
  ],
});

/**
 * The card for the overview of a component or group.
 *
 * @public
 */
export const EntityDoradoCard = doradoPlugin.provide(
  createComponentExtension({
    name: 'EntityDoradoCard',
    component: { lazy: () => import('./components/DeliveryCard').then(m => m.DeliveryCard) },
  }),
);

/**
 * The content of the tab of a component or group.
 *
 * @public
 */
export const EntityDoradoContent = doradoPlugin.provide(
  createRoutableExtension({
    name: 'EntityDoradoContent',
    component: () => import('./components/DeliveryContent').then(m => m.DeliveryContent),
    mountPoint: rootRouteRef,
  }),
);

export { isDoradoAvailable } from './entity';
