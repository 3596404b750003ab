import { useMemo } from 'react';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { PageLinks } from '../pageLinks';

/** The addresses of Dorado's page; undefined if app-config.yaml does not say where it is. */
export function usePageLinks(): PageLinks | undefined {
  const baseUrl = useApi(configApiRef).getOptionalString('dorado.baseUrl');
  return useMemo(() => (baseUrl ? new PageLinks(baseUrl) : undefined), [baseUrl]);
}
