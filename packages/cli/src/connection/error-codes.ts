function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined;
}

/** The thing to be made exists. */
export function isAlreadyThere(error: unknown): boolean {
  return codeOf(error) === 'already_exists';
}

/** The thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return codeOf(error) === 'not_found';
}

export function isPermissionDenied(error: unknown): boolean {
  return codeOf(error) === 'permission_denied';
}
