import {
  ApiBlueprint,
  configApiRef,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { EntityCardBlueprint, EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { DoradoClient, doradoApiRef } from './api';
import { isDoradoAvailable } from './entity';

export const doradoApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: doradoApiRef,
      deps: { configApi: configApiRef, discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: ({ configApi, discoveryApi, fetchApi }) =>
        new DoradoClient({ discoveryApi, fetchApi, proxyPath: configApi.getOptionalString('dorado.proxyPath') }),
    }),
});

export const deliveryCard = EntityCardBlueprint.make({
  name: 'delivery',
  params: {
    filter: isDoradoAvailable,
    type: 'content',
    loader: () => import('./components/DeliveryCard').then(m => <m.DeliveryCard />),
  },
});

export const deliveryContent = EntityContentBlueprint.make({
  name: 'delivery',
  params: {
    path: 'delivery',
    title: 'Delivery',
    group: 'deployment',
    filter: isDoradoAvailable,
    loader: () => import('./components/DeliveryContent').then(m => <m.DeliveryContent />),
  },
});

/**
 * Dorado's metrics on the pages of components and groups.
 *
 * @public
 */
export const doradoPlugin = createFrontendPlugin({
  pluginId: 'dorado',
  title: 'Dorado',
  info: { packageJson: () => import('../package.json') },
  extensions: [doradoApi, deliveryCard, deliveryContent],
});
