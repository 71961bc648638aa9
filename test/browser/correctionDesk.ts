/** 更正 at the desk: found, proposed, picked, confirmed. */
import type { Page } from 'playwright-core'
import { confirmed } from './people.ts'

type Award = { readonly receipt: string }
export const region = (page: Page, name: string | RegExp) => page.getByRole('region', { name })

/** One item of the menu ends as another begins. */
export async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: item, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: item, exact: true }).waitFor()
}

/** Finds an award by its receipt number and says what is wrong with it. */
export async function proposes(page: Page, claim: Award, cause: string, words: string): Promise<void> {
  await menu(page, '更正')
  await page
    .getByRole('link', { name: '提出更正' })
    .or(page.getByRole('button', { name: '提出更正' }))
    .first()
    .click()
  await page.getByLabel('受理号').fill(claim.receipt)
  await page.getByRole('button', { name: '找这笔资助' }).click()
  const found = region(page, `${claim.receipt}的资助`)
  await found.getByRole('radio', { name: '取消资助' }).check()
  await found.getByRole('radio', { name: cause }).check()
  await found.getByText('先写明为什么').waitFor()
  await found.getByLabel('为什么').fill(words)
  await found.getByRole('button', { name: /^提出，等/ }).click()
  await page.getByText(`${claim.receipt}的更正已提出，等另一人确认`).waitFor()
}
export const picks = (page: Page, claim: Award, of = '更正') =>
  region(page, of).getByRole('button', { name: claim.receipt }).click()
export async function agrees(page: Page, claim: Award): Promise<void> {
  await menu(page, '更正')
  await picks(page, claim)
  await page.getByRole('button', { name: '确认更正…' }).click()
  await confirmed(page, '确认更正')
  await page.getByText(`${claim.receipt}已更正`).waitFor()
}
