import type { Trx } from '../db/open.ts'

export const selectOrganisationNames = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()

/** An application that the scope reaches, by its id or its receipt number. */
export const findApplication = (trx: Trx, by: { readonly id: string } | { readonly receiptNumber: string }) => {
  const found = trx.selectFrom('application').select(['id', 'receipt_number'])
  const one = 'id' in by ? found.where('id', '=', by.id) : found.where('receipt_number', '=', by.receiptNumber)
  return one.executeTakeFirst()
}

/** An account's own scans of stamped forms, newest first, with the application where it has one in reach. */
export const selectOwnScans = (trx: Trx, accountId: string, limit: number) =>
  trx
    .selectFrom('file')
    .leftJoin('application', 'application.id', 'file.application_id')
    .select(['file.id', 'file.uploaded_at', 'file.page_count', 'file.application_id', 'application.receipt_number'])
    .where('file.owner_account_id', '=', accountId)
    .where('file.purpose', '=', 'stampedForm')
    .where('file.erased_at', 'is', null)
    .orderBy('file.uploaded_at', 'desc')
    .orderBy('file.id')
    .limit(limit)
    .execute()
