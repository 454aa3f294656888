/** The sum of the products of the components. */
export function dotProduct(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index] * right[index];
  return sum;
}

/** The length of a vector. */
export function magnitude(vector: readonly number[]): number {
  return Math.sqrt(dotProduct(vector, vector));
}

/** The cosine of the angle between two vectors; 0 where one of them has no direction. */
export function cosineSimilarity(left: readonly number[], right: readonly number[]): number {
  const lengths = magnitude(left) * magnitude(right);
  if (lengths === 0) return 0;
  return Math.max(-1, Math.min(1, dotProduct(left, right) / lengths));
}

/** The straight distance between two points. */
export function euclideanDistance(left: readonly number[], right: readonly number[]): number {
  return magnitude(left.map((component, index) => component - right[index]));
}
