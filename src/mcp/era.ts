/** The protocol generation: `legacy` shakes hands (up to 2025-11-25), `modern` carries its metadata in each request (2026-07-28). */
export type Era = 'legacy' | 'modern';
