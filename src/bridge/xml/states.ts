/** Stands in for canonical/vouchers/states.ts. */
const NAMES: Record<string, string> = {
  '04': 'Chandigarh',
  '07': 'Delhi',
  '27': 'Maharashtra',
  '29': 'Karnataka',
  '33': 'Tamil Nadu',
};
export const stateName = (code: string): string => NAMES[code] ?? code;
export const hasUtgst = (code: string): boolean => ['04', '26', '31', '35', '38', '97'].includes(code);
