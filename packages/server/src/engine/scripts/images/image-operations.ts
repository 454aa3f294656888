import sharp, { type OutputInfo, type Sharp } from 'sharp';

/** A picture as it came out, and what it is. */
export interface ProcessedImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** Members that operations may have; what has another type counts as absent. */
export type ImageOperations = Readonly<Record<string, unknown>>;

/** Pixels of a picture that is taken or made: a small file may claim to be a huge picture. */
const PIXELS_MAX = 40_000_000;
const SIDE_MAX = 16_383;
const SECONDS_MAX = 10;
const USUAL_QUALITY = 85;
const THUMBNAIL_SIDE = 100;

interface Pixels {
  readonly data: Buffer;
  readonly info: OutputInfo;
}

type Operation = (image: Sharp, value: unknown, info: OutputInfo) => Sharp | undefined;

/** The operations in the order in which they are done. */
const OPERATIONS: readonly (readonly [name: string, operation: Operation])[] = [
  ['resize', resize],
  ['thumbnail', thumbnail],
  ['crop', crop],
  [
    'rotate',
    (image, degrees) => ([90, 180, 270].includes(degrees as number) ? image.rotate(degrees as number) : undefined),
  ],
  ['flip', flip],
  ['grayscale', (image, wanted) => (wanted === true ? image.grayscale() : undefined)],
  ['blur', (image, sigma) => (isPositive(sigma) ? image.blur(Math.min(Math.max(sigma, 0.3), 1000)) : undefined)],
  ['brightness', (image, by) => (isNumber(by) ? image.linear(1, bounded(by)) : undefined)],
  ['contrast', contrast],
];

/**
 * Does what is asked for with a picture.
 * @throws Error whose message says what is wrong with the picture or with what is wanted of it
 */
export async function processImage(image: Uint8Array, operations: ImageOperations): Promise<ProcessedImage> {
  let pixels = await load(image);
  for (const [name, operation] of OPERATIONS) {
    if (operations[name] === undefined || operations[name] === null) continue;
    const changed = operation(sharpOf(pixels), operations[name], pixels.info);
    if (changed !== undefined)
      pixels = await changed.timeout({ seconds: SECONDS_MAX }).raw().toBuffer({ resolveWithObject: true });
  }
  const format = formatOf(operations.format);
  const written = await encode(sharpOf(pixels), format, operations.quality).toBuffer();
  return { data: written, width: pixels.info.width, height: pixels.info.height, format };
}

async function load(image: Uint8Array): Promise<Pixels> {
  try {
    const opened = sharp(image, { limitInputPixels: PIXELS_MAX, failOn: 'error' });
    return await opened
      .toColourspace('srgb')
      .timeout({ seconds: SECONDS_MAX })
      .raw()
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new Error(`failed to load image: ${(error as Error).message}`);
  }
}

function sharpOf({ data, info: { width, height, channels } }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: PIXELS_MAX });
}

/** One side keeps the proportions, both may change them. */
function resize(image: Sharp, size: unknown, info: OutputInfo): Sharp | undefined {
  const { width, height } = sides(size);
  if (width === undefined && height === undefined) return undefined;
  requireRoom(width ?? (info.width * height!) / info.height, height ?? (info.height * width!) / info.width);
  return image.resize({ width, height, ...(width !== undefined && height !== undefined && { fit: 'fill' }) });
}

function thumbnail(image: Sharp, size: unknown): Sharp {
  const { width = THUMBNAIL_SIDE, height = THUMBNAIL_SIDE } = sides(size);
  requireRoom(width, height);
  return image.resize({ width, height, fit: 'inside' });
}

/** A part that is not wholly inside is not taken. */
function crop(image: Sharp, part: unknown, info: OutputInfo): Sharp | undefined {
  const { x = 0, y = 0 } = (part ?? {}) as { x?: unknown; y?: unknown };
  const { width, height } = sides(part);
  if (!isWhole(x) || !isWhole(y) || width === undefined || height === undefined) return undefined;
  if (x + width > info.width || y + height > info.height) return undefined;
  return image.extract({ left: x, top: y, width, height });
}

function flip(image: Sharp, way: unknown): Sharp | undefined {
  if (way === 'h' || way === 'horizontal') return image.flop();
  return way === 'v' || way === 'vertical' ? image.flip() : undefined;
}

function contrast(image: Sharp, by: unknown): Sharp | undefined {
  if (!isNumber(by)) return undefined;
  const factor = ((100 + bounded(by)) / 100) ** 2;
  return image.linear(factor, 127.5 * (1 - factor));
}

function encode(image: Sharp, format: string, quality: unknown): Sharp {
  const wanted = isPositive(quality) ? Math.min(Math.round(quality), 100) : USUAL_QUALITY;
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: wanted });
    case 'webp':
      return image.webp({ quality: wanted });
    case 'gif':
      return image.gif();
    default:
      return image.png();
  }
}

function formatOf(given: unknown): string {
  if (given === undefined || given === null) return 'png';
  const format = String(given).toLowerCase();
  if (format === 'jpg') return 'jpeg';
  if (['png', 'jpeg', 'webp', 'gif'].includes(format)) return format;
  throw new Error(`unknown format: ${format}`);
}

function sides(size: unknown): { width: number | undefined; height: number | undefined } {
  const { width, height } = (size ?? {}) as { width?: unknown; height?: unknown };
  return {
    width: isSide(width) ? Math.round(width) : undefined,
    height: isSide(height) ? Math.round(height) : undefined,
  };
}

function requireRoom(width: number, height: number): void {
  if (width <= SIDE_MAX && height <= SIDE_MAX && width * height <= PIXELS_MAX) return;
  throw new Error(`a picture has at most ${PIXELS_MAX} pixels`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPositive(value: unknown): value is number {
  return isNumber(value) && value > 0;
}

function isSide(value: unknown): value is number {
  return isNumber(value) && value >= 1;
}

function isWhole(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function bounded(value: number): number {
  return Math.min(Math.max(value, -100), 100);
}
