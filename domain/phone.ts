/** Mainland mobile numbers. Number segments change, so none is listed. */
export function mobile(text: string): string | undefined {
  const number = text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}]/gu, '')
    .replace(/^(\+?86)(?=1\d{10}$)/, '')
  return /^1[3-9]\d{9}$/.test(number) ? number : undefined
}

/** 138****6021 */
export const maskMobile = (number: string): string => `${number.slice(0, 3)}****${number.slice(-4)}`
