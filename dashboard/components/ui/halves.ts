/** Two columns of one width, one below the other where there is no room for both. */
export const HALVES = 'grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))] lg:gap-x-10';
