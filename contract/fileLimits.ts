/** What is taken as a file. No zod here: the phone's pages check with it before they send; the server checks again. */
export const fileLimits = {
  bytes: 10 * 1024 * 1024,
  pdfPages: 5,
  pixels: 40_000_000,
  /** Shortest side of a photo, in pixels, on which print can still be read. */
  shortestSide: 100,
  /** Per account and day in Shanghai; bytes are those stored. A filing point scans the forms of many unions. */
  ofWorkerPerDay: { files: 60, bytes: 200 * 1024 * 1024 },
  ofStaffPerDay: { files: 1500, bytes: 3 * 1024 * 1024 * 1024 },
  mediaTypes: ['image/jpeg', 'image/png', 'application/pdf'],
} as const

/** What workers hand in: ID card both sides, certificate, member card. */
export const claimFilePurposes = ['idFront', 'idBack', 'certificate', 'card'] as const

/** What a worker hands in beside a claim: the evidence of an objection. */
export const otherWorkerPurposes = ['objectionEvidence'] as const

/** What only staff hand in: scans of paper, what a register showed, signed confirmations, proofs of money moved. */
export const unionFilePurposes = [
  'stampedForm',
  'consent',
  'registerEvidence',
  'inquiryReply',
  'confirmationScan',
  'transferProof',
  'payoutProof',
  'receiptScan',
  'accountPaper',
] as const

export const filePurposes = [...claimFilePurposes, ...otherWorkerPurposes, ...unionFilePurposes] as const
export type FilePurpose = (typeof filePurposes)[number]
