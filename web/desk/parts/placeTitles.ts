/** Where money stands, seen from the worker. */
import type { Movement } from '../../../contract/books.ts'

export const placeTitles: { readonly [P in Movement['from']]: string } = {
  outside: '账外',
  awaiting: '待发放',
  inPayment: '发放中',
  paid: '已发放',
  bounced: '退票待重发',
  cancelled: '已取消',
}
