import { PageLinks } from './pageLinks';
import { deployment } from './testing/MockDorado';

const links = new PageLinks('https://dorado.example.com/');
const subject = (kind: 'service' | 'team', name: string) => ({ kind, name, annotation: '', annotated: false });

/** What Dorado's page reads of the address. */
const read = (address: string) => Object.fromEntries(new URL(address).searchParams);

describe('PageLinks', () => {
  it('leads to the view of a service, and to the numbers of a team', () => {
    expect(links.of(subject('service', 'checkout'), 30)).toBe('https://dorado.example.com/?view=service&service=checkout&period=30');
    expect(links.of(subject('team', 'payments'), 90)).toBe('https://dorado.example.com/?view=numbers&team=payments&period=90');
  });

  it('encodes names', () => {
    const name = 'acme/shop & "co" #1?view=x';
    expect(links.of(subject('service', name), 90)).toMatch(/^https:\/\/dorado\.example\.com\/\?view=service&service=[^& "#?]+&period=90$/);
    expect(read(links.of(subject('service', name), 90))).toEqual({ view: 'service', service: name, period: '90' });
  });

  it('leads to the story of a deployment by the key that the page uses', () => {
    const address = links.deployment(deployment({ service: 'acme/shop', id: 'github:1 a&b' }), 365);
    expect(read(address)).toEqual({
      view: 'service',
      service: 'acme/shop',
      period: '365',
      rows: 'deployments',
      deployment: 'acme%2Fshop github:1 a&b',
    });
  });
});
