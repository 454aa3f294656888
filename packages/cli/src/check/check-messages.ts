/** What the process that checks a folder is told. */
export interface CheckTask {
  readonly dataDir: string;
  readonly database?: string;
  readonly repair: boolean;
}

/** What it says. */
export type CheckMessage =
  | { readonly kind: 'finding'; readonly database: string; readonly collection?: string; readonly message: string }
  | {
      readonly kind: 'progress';
      readonly database: string;
      readonly collection: string;
      readonly documents: number;
      readonly documentsInAll: number;
    }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly repaired: readonly string[] };
