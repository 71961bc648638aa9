/** The session ran out under an open page: sign in over it, and what was typed there is still there. */
import { Modal } from 'antd'
import { useState } from 'react'
import type { DemoAccounts } from '../../contract/people.ts'
import type { SessionView } from '../../contract/session.ts'
import type { Staff } from './query.ts'
import { DemoAccountTable, SignInForm } from './SignIn.tsx'

export default function SignInAgain({ session, staff }: { session: SessionView; staff: Staff }) {
  const [filled, setFilled] = useState<DemoAccounts['accounts'][number]>()
  return (
    <Modal
      open
      title="登录已结束"
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={session.mode === 'demo' ? 640 : 400}
    >
      <p className="ink2" style={{ marginBottom: 12 }}>
        {staff.name}，重新登录后接着办，这一页上写的都还在。
      </p>
      <SignInForm filled={filled} before={staff} />
      {session.mode === 'demo' && (
        <div className="demo-accounts short">
          <DemoAccountTable onPick={setFilled} picked={filled?.loginName} />
        </div>
      )}
    </Modal>
  )
}
