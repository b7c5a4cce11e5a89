import { ENTITY_SETS } from './entities.js';
import { type PropertyKind, propertiesOf, type TypeName } from './properties.js';

const EDM: Record<PropertyKind, string> = {
  text: 'Edm.String',
  numbers: 'Edm.Double',
  dates: 'Edm.DateTime',
  enums: 'Edm.String',
  lists: 'Collection(Edm.ComplexType)',
};

/** `$metadata`: the entity sets and what their types hold. */
export function edmx(): string {
  const sets = Object.entries(ENTITY_SETS);
  const types = [...new Set(sets.map(([, { type }]) => type))];
  const properties = (type: TypeName): string =>
    [...propertiesOf(type)].map(([name, kind]) => `<Property Name="${name}" Type="${EDM[kind]}"/>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?><edmx:Edmx Version="3.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices><Schema Namespace="SAPB1">${types
    .map((type) => `<EntityType Name="${type}">${properties(type)}</EntityType>`)
    .join('')}<EntityContainer Name="ServiceLayer">${sets
    .map(([name, { type }]) => `<EntitySet Name="${name}" EntityType="SAPB1.${type}"/>`)
    .join('')}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}
