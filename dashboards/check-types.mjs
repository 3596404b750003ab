// Checks every dashboard against Grafana's own types: node dashboards/check-types.mjs
// Needs Node and npm. Fetches @grafana/schema and the TypeScript compiler once, into a folder beside other caches.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Exit codes: 0 all fits, 1 something does not, 3 nothing was checked.
const NOT_FETCHED = 3;
const PACKAGES = ['@grafana/schema@13.2.3', 'typescript@5.9.3'];
const here = dirname(fileURLToPath(import.meta.url));
const dashboards = join(here, 'grafana', 'dashboards');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dorado', 'grafana-types-13.2.3');
const schema = './node_modules/@grafana/schema/dist/types/raw';

if (!existsSync(join(cache, 'node_modules', 'typescript'))) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}');
  console.log('Fetching ' + PACKAGES.join(', ') + ' with npm ...');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', ...PACKAGES], { cwd: cache, stdio: 'inherit' });
  } catch {
    console.error('npm could not fetch them, so nothing was checked: see whether npm reaches its registry');
    process.exit(NOT_FETCHED);
  }
}

/** Panel types in use, and whether Grafana types their columns' own settings too. */
const PANELS = { barchart: true, stat: false, table: true, timeseries: true, trend: true, xychart: true };

const lines = [`import type * as raw from '${schema}/dashboard/x/types.gen';`];
for (const type of Object.keys(PANELS)) {
  lines.push(`import type * as ${type} from '${schema}/composable/${type}/panelcfg/x/types.gen';`);
}
// Enums are their values in JSON. What a datasource asks an annotation for is the datasource's own.
lines.push(`
type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends (infer E)[] ? Json<E>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Annotation = Omit<Json<raw.AnnotationQuery>, 'target'>
  & { target?: object; expr?: string; titleFormat?: string; textFormat?: string };
type Dashboard = Omit<Json<raw.Dashboard>, 'annotations'> & { annotations?: { list?: Annotation[] } };
`);
const places = [];
function check(place, value, type) {
  lines.push(`(${JSON.stringify(value)}) satisfies ${type};`);
  places[lines.join('\n').split('\n').length] = place;
}
for (const file of readdirSync(dashboards).filter(name => name.endsWith('.json')).sort()) {
  const dashboard = JSON.parse(readFileSync(join(dashboards, file), 'utf8'));
  check(file, dashboard, 'Dashboard');
  for (const panel of dashboard.panels) {
    const place = `${file}, panel '${panel.title}'`;
    if (!(panel.type in PANELS)) {
      console.error(`${place} is a '${panel.type}': expected one of ${Object.keys(PANELS).join(', ')}, or add it to PANELS`);
      process.exit(1);
    }
    check(place, panel.options ?? {}, `Partial<Json<${panel.type}.Options>>`);
    if (PANELS[panel.type]) {
      check(place, panel.fieldConfig.defaults.custom ?? {}, `Partial<Json<${panel.type}.FieldConfig>>`);
    }
  }
}
writeFileSync(join(cache, 'check.ts'), lines.join('\n') + '\n');
try {
  execFileSync('node', ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck',
    '--moduleResolution', 'bundler', '--module', 'esnext', 'check.ts'], { cwd: cache, encoding: 'utf8' });
  console.log(`${places.filter(Boolean).length} dashboards, panels and columns fit Grafana's types`);
} catch (error) {
  console.error((error.stdout || String(error)).replace(/check\.ts\((\d+),\d+\)/g, (all, line) => places[line] || all));
  process.exit(1);
}
