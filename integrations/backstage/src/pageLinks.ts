import { Deployment } from './api';
import { DoradoSubject } from './entity';

/** Addresses of views of Dorado's page. */
export class PageLinks {
  private readonly baseUrl: string;

  /**
   * @param baseUrl - address of the page, such as https://dorado.example.com
   */
  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
  }

  /** What the page shows of a service or team over the last days. */
  of(subject: DoradoSubject, days: number): string {
    return this.view(subject, days, {});
  }

  /** The list of deployments or incidents of a service or team. */
  list(subject: DoradoSubject, days: number, rows: 'deployments' | 'incidents'): string {
    return this.view(subject, days, { rows });
  }

  /** The story of a deployment: which rule decided what. */
  deployment({ id, service }: Deployment, days: number): string {
    return this.address({
      view: 'service',
      service: service ?? '',
      period: String(days),
      rows: 'deployments',
      deployment: `${encodeURIComponent(service ?? '')} ${id}`,
    });
  }

  private view({ kind, name }: DoradoSubject, days: number, more: Record<string, string>): string {
    const view = kind === 'service' ? 'service' : 'numbers';
    return this.address({ view, [kind]: name, period: String(days), ...more });
  }

  private address(choices: Record<string, string>): string {
    return `${this.baseUrl}/?${new URLSearchParams(choices)}`;
  }
}
