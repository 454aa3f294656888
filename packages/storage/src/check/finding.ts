/** Something in stored data that is not as it must be. */
export interface Finding {
  readonly kind: 'catalogue' | 'block' | 'document' | 'count' | 'index' | 'stray' | 'log';
  readonly database: string;
  readonly collection?: string;
  readonly index?: string;
  /** A sentence for people. */
  readonly message: string;
  /** Whether building the indexes anew and counting again mends it. */
  readonly isRepairable: boolean;
}

/** How far a check has come. */
export interface CheckProgress {
  readonly database: string;
  readonly collection: string;
  readonly documents: number;
  /** Documents of all collections, as their counters have it. */
  readonly documentsInAll: number;
}
