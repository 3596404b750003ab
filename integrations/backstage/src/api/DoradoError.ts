/** Why there is no answer of Dorado: what was asked, what came back, and what to do. */
export class DoradoError extends Error {
  readonly url: string;
  /** HTTP status; undefined without an answer. */
  readonly status?: number;
  /** A sentence. */
  readonly remedy: string;

  private constructor(url: string, status: number | undefined, problem: string, remedy: string) {
    super(`GET ${url}: ${problem}`);
    this.name = 'DoradoError';
    this.url = url;
    this.status = status;
    this.remedy = remedy;
  }

  /** The request got no answer. */
  static unreachable(url: string, cause: Error): DoradoError {
    return new DoradoError(
      url,
      undefined,
      `no answer (${cause.message})`,
      "Check that Backstage's backend runs, and that backend.baseUrl of app-config.yaml is its address for browsers.",
    );
  }

  /** The answer is no JSON. */
  static notJson(url: string, status: number, contentType: string | null): DoradoError {
    return new DoradoError(
      url,
      status,
      `status ${status} with ${contentType ?? 'no content type'}, expected JSON`,
      "Check that the target of the proxy's endpoint is the address of Dorado's API, without a path and not behind a login page.",
    );
  }

  /** The answer has a status other than 200. */
  static async of(url: string, proxyPath: string, response: Response): Promise<DoradoError> {
    const { status } = response;
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('application/problem+json')) {
      const { detail } = await response.json();
      return new DoradoError(url, status, `Dorado answered ${status}: ${detail}`, ofDorado(status, proxyPath));
    }
    return new DoradoError(url, status, `status ${status}`, ofBackstage(status, proxyPath));
  }
}

function ofDorado(status: number, proxyPath: string): string {
  switch (status) {
    case 401:
    case 403:
      return `Check the token in the Authorization header of proxy.endpoints.${proxyPath}: './dorado tokens create backstage --role read' makes one that may read.`;
    case 400:
      return 'Check that the version of the plugin fits that of Dorado.';
    default:
      return 'Try again; if it stays, /health/ready of Dorado names what is wrong.';
  }
}

function ofBackstage(status: number, proxyPath: string): string {
  switch (status) {
    case 401:
    case 403:
      return "Sign in to Backstage again; if it stays, check the credentials setting of the proxy's endpoint.";
    case 404:
      return `Add proxy.endpoints.${proxyPath} to app-config.yaml as the plugin's README says, and restart Backstage's backend.`;
    default:
      return `Check that Dorado runs and that Backstage's backend reaches the target of proxy.endpoints.${proxyPath}.`;
  }
}
