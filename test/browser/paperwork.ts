/** What districts and the centre do with paper, by their own pages. */
import type { Page } from 'playwright-core'
import { confirmed, menu } from './people.ts'

/** The district federation sends all copies that wait to be sent; this case is among them. */
export async function copiesSent(district: Page, receipt: string): Promise<void> {
  await menu(district, '复印件报送')
  await district.getByRole('cell', { name: receipt, exact: true }).waitFor()
  await district.getByRole('button', { name: /^编送件清单，\d+件…/ }).click()
  await confirmed(district, /^编好，\d+件/)
  await district.getByText(/^送件〔2026〕\d+号已编好/).waitFor()
}

/** The centre opens the newest parcel and misses nothing. */
export async function copiesReceived(centre: Page, receipt: string): Promise<void> {
  await menu(centre, '复印件收件')
  await centre.getByRole('row', { name: /^送件/ }).first().getByRole('link').click()
  await centre.getByRole('cell', { name: receipt, exact: true }).waitFor()
  await centre.getByRole('button', { name: /^登记收到\d+件/ }).click()
  await centre.getByText(/号已收齐$/).waitFor()
}
