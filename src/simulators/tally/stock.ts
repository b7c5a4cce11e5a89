import type { Book } from './book.js';
import { ITEMS } from './trader.js';

/** Units, one godown, and the stock items the trader sells beside some by weight and by the box. */
export function addStock(book: Book): void {
  for (const name of ['Nos', 'Kg', 'Box']) book.units.push({ ...book.masterIds(), name, parent: '' });
  book.godowns.push({ ...book.masterIds(), name: 'Main Location', parent: '' });
  const items: [name: string, unit: string][] = [
    ...ITEMS.map<[string, string]>((name) => [name, 'Nos']),
    ['Basmati Rice Loose', 'Kg'],
    ['Toor Dal Loose', 'Kg'],
    ['Biscuits Assorted', 'Box'],
  ];
  for (const [name, unit] of items) book.stockItems.push({ ...book.masterIds(), name, parent: '', unit });
}
