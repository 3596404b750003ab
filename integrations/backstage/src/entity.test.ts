import { Entity } from '@backstage/catalog-model';
import { isDoradoAvailable, subjectOf } from './entity';

const entity = (kind: string, name: string, annotations: Record<string, string> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, annotations },
});

describe('subjectOf', () => {
  it('takes the name of the entity in lower case, as Dorado names services of its catalog', () => {
    expect(subjectOf(entity('Component', 'Checkout'))).toMatchObject({ kind: 'service', name: 'checkout', annotated: false });
    expect(subjectOf(entity('Group', 'Payments'))).toMatchObject({ kind: 'team', name: 'payments', annotated: false });
  });

  it('takes the annotation as it is', () => {
    const annotations = { 'dorado.dev/service': ' Acme/Shop ', 'dorado.dev/team': 'team-a' };
    expect(subjectOf(entity('component', 'checkout', annotations))).toMatchObject({ name: 'Acme/Shop', annotated: true });
    expect(subjectOf(entity('group', 'payments', annotations))).toMatchObject({ name: 'team-a', annotated: true });
  });

  it('does not take an empty annotation for a name', () => {
    expect(subjectOf(entity('Component', 'checkout', { 'dorado.dev/service': ' ' }))).toMatchObject({ name: 'checkout', annotated: false });
  });

  it('names an entity that is neither a component nor a group', () => {
    expect(() => subjectOf(entity('API', 'orders'))).toThrow("The entity 'orders' has the kind API: expected a Component or Group");
  });
});

describe('isDoradoAvailable', () => {
  it('is so for components and groups', () => {
    const kinds = ['Component', 'Group', 'component', 'API', 'System', 'User', 'constructor'];
    expect(kinds.filter(kind => isDoradoAvailable(entity(kind, 'x')))).toEqual(['Component', 'Group', 'component']);
  });
});
