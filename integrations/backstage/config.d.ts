export interface Config {
  dorado?: {
    /**
     * Address of Dorado's page as a browser reaches it, such as https://dorado.example.com. Without
     * it there are no links to the page.
     *
     * @visibility frontend
     */
    baseUrl?: string;
    /**
     * Endpoint of the proxy that leads to Dorado. Default: /dorado
     *
     * @visibility frontend
     */
    proxyPath?: string;
  };
}
