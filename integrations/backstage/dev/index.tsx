// This is an app, which brings the style sheet of Backstage UI.
// eslint-disable-next-line @backstage/no-ui-css-imports-in-non-frontend
import '@backstage/ui/css/styles.css';
import ReactDOM from 'react-dom/client';
import { createApp } from '@backstage/frontend-defaults';
import { ApiBlueprint, createFrontendModule } from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import doradoPlugin from '../src';

/** Entities of the organisation that './dorado demo' makes up, and one that Dorado does not know. */
const ENTITIES = [
  ['Component', 'checkout'],
  ['Component', 'web-shop'],
  ['Component', 'sizes'],
  ['Component', 'unheard-of'],
  ['Group', 'payments'],
].map(([kind, name]) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'default', description: `The ${kind.toLocaleLowerCase('en-US')} ${name}` },
  spec: { type: kind === 'Group' ? 'team' : 'service', lifecycle: 'production', owner: 'payments', children: [] },
}));

const catalog = createFrontendModule({
  pluginId: 'catalog',
  extensions: [
    ApiBlueprint.make({
      params: defineParams =>
        defineParams({ api: catalogApiRef, deps: {}, factory: () => catalogApiMock({ entities: ENTITIES }) }),
    }),
  ],
});

const app = createApp({ features: [catalogPlugin, doradoPlugin, catalog] });

ReactDOM.createRoot(document.getElementById('root')!).render(app.createRoot());
