import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Client, connect } from '@cairn/client';
import { cairn } from './harness/cairn-command.ts';
import { CITIES_FILE, type City, readCities } from './harness/cities.ts';
import { ServerProcess } from './harness/server-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

interface Place {
  readonly name: string;
  readonly lat: number;
  readonly country: string;
}

/** What every query below is checked against: the same file, read and computed by plain JavaScript. */
class Atlas {
  readonly places: readonly Place[];

  constructor(cities: readonly City[]) {
    this.places = cities.map(({ name, lat, country }) => ({ name, lat: Number(lat), country }));
  }

  of(country: string): Place[] {
    return this.places.filter((place) => place.country === country);
  }

  countries(): { country: string; places: number; north: number; south: number }[] {
    const groups = Map.groupBy(this.places, (place) => place.country);
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([country, places]) => ({
        country,
        places: places.length,
        north: places.reduce((north, { lat }) => Math.max(north, lat), -90),
        south: places.reduce((south, { lat }) => Math.min(south, lat), 90),
      }));
  }

  northernmost(count: number): string[] {
    return [...this.places]
      .sort((a, b) => b.lat - a.lat)
      .slice(0, count)
      .map(({ name }) => name);
  }
}

describe('the first five minutes, with the cities of the world', function () {
  this.timeout(180_000);

  const atlas = new Atlas(readCities());
  const folder = temporaryFolder('first-five-minutes');
  const dataDir = join(folder.path, 'data');
  let server: ServerProcess;
  let client: Client;

  const start = async () => {
    server = await ServerProcess.start({ dataDir, password: 'a good one' });
    client = await connect({ port: server.port, user: 'admin', password: server.password });
  };
  const restart = async (how: 'stop' | 'kill') => {
    await client.close();
    await server[how]();
    await start();
  };
  const cli = (...args: string[]) =>
    cairn(args, {
      environment: { CAIRN_URL: `127.0.0.1:${server.port}`, CAIRN_USER: 'admin', CAIRN_PASSWORD: server.password },
    });
  const world = () => client.database('world');
  const countOf = async (database = 'world') =>
    (await client.database(database).query('FOR p IN places COLLECT WITH COUNT INTO n RETURN n'))[0];

  before(start);
  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  it('imports every place', async () => {
    const { exitCode, stderr } = await cli(
      'import',
      CITIES_FILE,
      'world',
      'places',
      '--create',
      '--numbers',
      'lat,lng',
      '--checkpoint',
      join(folder.path, 'checkpoint'),
    );
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, new RegExp(`${atlas.places.length.toLocaleString('en')} documents imported in`));
    assert.equal(await countOf(), atlas.places.length);
    assert.equal(await world().collection('places').count(), atlas.places.length);
  });

  it('keeps the order of the file, and every member as it was', async () => {
    const [first] = await world().query<City & Place>('FOR p IN places LIMIT 1 RETURN p');
    const { name, lat, lng, country, admin1, admin2 } = readCities()[0];
    assert.deepEqual(
      {
        name: first.name,
        lat: first.lat,
        lng: first.lng,
        country: first.country,
        admin1: first.admin1,
        admin2: first.admin2,
      },
      { name, lat: Number(lat), lng: Number(lng), country, admin1, admin2 },
    );
  });

  it('indexes them, and uses the index without changing an answer', async () => {
    const text = 'FOR p IN places FILTER p.country == @c RETURN p.name';
    const before = await world().query(text, { c: 'CH' });
    await world()
      .collection('places')
      .indexes.create({ name: 'by_country', fields: ['country'] });
    assert.deepEqual(await world().query(text, { c: 'CH' }), before);
    assert.deepEqual(
      before,
      atlas.of('CH').map(({ name }) => name),
    );
    const plan = JSON.stringify(await world().explain(text, { c: 'CH' }));
    assert.match(plan, /by_country/);
  });

  it('filters by text of any script and by range', async () => {
    for (const name of ['Zürich', 'São Paulo', 'Þingeyri', 'Łódź']) {
      const expected = atlas.places.filter((place) => place.name === name).length;
      const answer = await world().query('FOR p IN places FILTER p.name == @name RETURN p.country', { name });
      assert.equal(answer.length, expected, name);
    }
    const answer = await world().query<string>(
      'FOR p IN places FILTER p.country == "CH" AND p.lat >= 46 AND p.lat < 46.5 RETURN p.name',
    );
    const expected = atlas.of('CH').filter(({ lat }) => lat >= 46 && lat < 46.5);
    assert.deepEqual(
      answer,
      expected.map(({ name }) => name),
    );
  });

  it('groups them by country', async () => {
    const rows = await world().query(`
      FOR p IN places
        COLLECT country = p.country
        AGGREGATE places = COUNT(), north = MAX(p.lat), south = MIN(p.lat)
        RETURN {country, places, north, south}`);
    assert.deepEqual(rows, atlas.countries());
  });

  it('finds the northernmost', async () => {
    const rows = await world().query('FOR p IN places SORT p.lat DESC, p._key LIMIT 10 RETURN p.name');
    assert.deepEqual(rows, atlas.northernmost(10));
  });

  it('answers on the command line as a table and as JSON', async () => {
    const text =
      'FOR p IN places FILTER p.country == @c SORT p.lat DESC, p._key LIMIT 3 RETURN {name: p.name, lat: p.lat}';
    const [top] = atlas.of('CH').sort((a, b) => b.lat - a.lat);
    const json = await cli('query', 'world', text, '--bind', 'c=CH');
    assert.equal(json.exitCode, 0, json.stderr);
    assert.deepEqual(JSON.parse(json.stdout)[0], { name: top.name, lat: top.lat });
    const table = await cli('query', 'world', text, '--bind', 'c=CH', '--format', 'table');
    assert.match(table.stdout, new RegExp(`^name +lat\\n─+ +─+\\n${top.name} `));
    const wrong = await cli('query', 'world', 'FOR p IN places RETRUN p');
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /^cairn: .*\n$/);
  });

  it('updates a country at once', async () => {
    await world().query('FOR p IN places FILTER p.country == "CH" UPDATE p WITH {visited: true} IN places');
    const visited = await world().query('FOR p IN places FILTER p.visited RETURN p.country');
    assert.deepEqual(
      visited,
      atlas.of('CH').map(() => 'CH'),
    );
  });

  const everythingIsThere = async (database = 'world') => {
    assert.equal(await countOf(database), atlas.places.length);
    const places = client.database(database);
    const text = 'FOR p IN places FILTER p.country == "CH" RETURN p.visited';
    assert.deepEqual(
      await places.query(text),
      atlas.of('CH').map(() => true),
    );
    assert.match(JSON.stringify(await places.explain(text)), /by_country/);
    const rows = await places.query(`
      FOR p IN places
        COLLECT country = p.country AGGREGATE places = COUNT(), north = MAX(p.lat), south = MIN(p.lat)
        RETURN {country, places, north, south}`);
    assert.deepEqual(rows, atlas.countries());
  };

  it('has all of it after a clean restart', async () => {
    await restart('stop');
    await everythingIsThere();
  });

  it('has all of it, and what was acknowledged last, after kill -9', async () => {
    const notes = world().collection('notes');
    await world().collections.create('notes');
    await notes.insert({ _key: 'last', text: 'acknowledged' });
    await restart('kill');
    await everythingIsThere();
    assert.equal((await world().collection<{ text: string }>('notes').get('last')).text, 'acknowledged');
  });

  it('moves into another database by dump and restore', async () => {
    const file = join(folder.path, 'world.dump');
    const dump = await cli('dump', 'world', file);
    assert.equal(dump.exitCode, 0, dump.stderr);
    const restore = await cli('restore', file, 'copy');
    assert.equal(restore.exitCode, 0, restore.stderr);
    await everythingIsThere('copy');
    const keys = 'FOR p IN places RETURN [p._key, p.name, p.lat, p.lng]';
    assert.deepEqual(await client.database('copy').query(keys), await world().query(keys));
    const again = await cli('restore', file, 'copy');
    assert.equal(again.exitCode, 1);
    assert.match(again.stderr, /is there already/);
  });
});
