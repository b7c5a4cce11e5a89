// The rooms of src/ and who may import whom; ARCHITECTURE.md draws the same map. `npm run rooms` looks twice:
// at dist/, which holds what really runs (types are gone, so a type may be borrowed from a room above), and at src/, types included.

/** What a room may use of others when it runs, besides itself. A room that is not named may use nothing. */
const MAY_USE = {
  workflows: ['canonical', 'activities/[^/]+/tasks'],
  activities: ['client', 'sources', 'delivery', 'bridge', 'commerce', 'store', 'ops', 'canonical'],
  workers: [
    'workflows',
    'activities',
    'client',
    'sources',
    'delivery',
    'bridge',
    'commerce',
    'store',
    'ops',
    'canonical',
  ],
  client: [
    'workflows',
    'activities',
    'workers',
    'sources',
    'delivery',
    'bridge',
    'commerce',
    'api',
    'store',
    'ops',
    'canonical',
  ],
  sources: ['ops', 'canonical'],
  delivery: ['ops', 'canonical'],
  bridge: ['sources', 'ops', 'canonical'],
  commerce: ['bridge', 'store', 'ops', 'canonical'],
  api: ['commerce', 'store', 'ops', 'canonical'],
  store: ['ops', 'canonical'],
  ops: ['canonical'],
  canonical: [],
  simulators: [],
};

/** Code for the distributor's server: the connector's program and all that it may hold. */
const PREMISES = ['^dist/(client|workers)/connector', '^dist/activities/connector/', '^dist/(sources|delivery)/'];
const CENTRE = [
  '^dist/(workflows|api|store|commerce|simulators)/',
  '^dist/activities/(platform|files)/',
  '^dist/ops/(central-|identity-vault|alerts/)',
];
/** What writes to Tally: a program of its own beside the Tally it writes to, and never part of the connector. */
const WRITING = ['^dist/(client|workers)/bridge', '^dist/activities/bridge/', '^dist/bridge/'];

const room = (name) => `^dist/${name}[./]`;

module.exports = {
  forbidden: [
    ...Object.entries(MAY_USE).map(([name, others]) => ({
      name: `${name}-uses-only-rooms-below`,
      severity: 'error',
      from: { path: room(name) },
      to: { path: '^dist/', pathNot: [name, ...others].map(room) },
    })),
    {
      name: 'unnamed-rooms-use-nothing',
      severity: 'error',
      from: { path: '^dist/([^/]+)/', pathNot: Object.keys(MAY_USE).map(room) },
      to: { path: '^dist/', pathNot: '^dist/$1/' },
    },
    {
      name: 'premises-hold-nothing-of-the-centre',
      comment:
        'Neither the platform database, nor its secrets, nor anything that writes to Tally can be reached from what runs at the distributor.',
      severity: 'error',
      from: { path: PREMISES },
      to: { path: [...CENTRE, ...WRITING], reachable: true },
    },
    {
      name: 'the-bridge-holds-nothing-of-the-centre',
      comment: 'It stands on the premises too, and writes what it was told to, by its own settings.',
      severity: 'error',
      from: { path: WRITING },
      to: { path: CENTRE, reachable: true },
    },
    {
      name: 'simulators-know-nobody',
      comment: 'A simulator that borrowed our readers or rules, or only their types, would agree with their mistakes.',
      severity: 'error',
      from: { path: '^src/simulators/' },
      to: { path: '^src/', pathNot: '^src/simulators/' },
    },
    {
      name: 'canonical-knows-nobody',
      severity: 'error',
      from: { path: '^src/canonical/' },
      to: { path: '^src/', pathNot: '^src/canonical/' },
    },
    { name: 'no-circles', severity: 'error', from: { path: '^dist/' }, to: { circular: true } },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
