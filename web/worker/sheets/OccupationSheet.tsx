/** The occupation as the certificate names it: found among the listed ones, or written by hand. */
import { useState } from 'react'
import { normaliseOccupationCode } from '../../../domain/conditions/occupation.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon } from '../../ui/icons.tsx'
import { SearchBox } from '../SearchBox.tsx'
import { Sheet } from '../Sheet.tsx'

export type ChosenOccupation = { readonly name: string; readonly code?: string }

function Marked({ text, find }: { text: string; find: string }) {
  const at = find ? text.indexOf(find) : -1
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{find}</mark>
      {text.slice(at + find.length)}
    </>
  )
}

function ByHand({ start, onChoose }: { start: string; onChoose: (chosen: ChosenOccupation) => void }) {
  const [name, setName] = useState(start)
  const [typedCode, setCode] = useState('')
  const code = normaliseOccupationCode(typedCode)
  const wrongCode = typedCode.trim() !== '' && !code
  const ready = name.trim() !== '' && !wrongCode
  return (
    <div className="sheet-scroll">
      <div className="field">
        <label htmlFor="occupation-name">证书上的职业（工种）名称</label>
        <div className="value">
          <input
            id="occupation-name"
            data-focus
            autoFocus
            value={name}
            maxLength={40}
            autoComplete="off"
            placeholder="如 机床装调维修工"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </div>
      <div className={wrongCode ? 'field bad' : 'field'}>
        <label htmlFor="occupation-code">
          职业编码<span className="muted">（证书上没有就不填）</span>
        </label>
        <div className="value">
          <input
            id="occupation-code"
            value={typedCode}
            maxLength={20}
            inputMode="numeric"
            autoComplete="off"
            placeholder="如 6-20-03-01"
            aria-describedby="occupation-code-says"
            onChange={(event) => setCode(event.target.value)}
          />
        </div>
        <p id="occupation-code-says" className={wrongCode ? 'problem' : 'hint'}>
          {wrongCode ? '职业编码是7位数字，请对照证书再输一遍。' : '填了由工作人员核对'}
        </p>
      </div>
      <button
        type="button"
        className="button"
        aria-disabled={!ready}
        onClick={() => ready && onChoose({ name: name.trim(), ...(code && { code }) })}
      >
        用这个名称
      </button>
    </div>
  )
}

function Tip({ policy, onByHand }: { policy: Policy; onByHand: () => void }) {
  const listed = policy.categories.find((category) => category.listedOccupationsOnly)
  const free = policy.categories.find((category) => !category.listedOccupationsOnly && !category.competition)
  return (
    <div className="sheet-tip">
      <p>
        “{policy.occupations.length}个之一”只影响高级工 {listed && <ClauseNumber id={listed.clause} />}
        ；技师及以上不限工种 {free && <ClauseNumber id={free.clause} />}
      </p>
      <p>
        证书上的名称不在里面？
        <button type="button" className="link" onClick={onByHand}>
          照证书手工填写
        </button>
      </p>
    </div>
  )
}

export function OccupationSheet({
  policy,
  chosen,
  onChoose,
  onClose,
}: {
  policy: Policy
  chosen: ChosenOccupation | undefined
  onChoose: (chosen: ChosenOccupation) => void
  onClose: () => void
}) {
  const [find, setFind] = useState('')
  const [byHand, setByHand] = useState(false)
  const wanted = find.normalize('NFKC').trim()
  const hits = policy.occupations.filter(({ name, code }) => name.includes(wanted) || code.includes(wanted))
  const count = policy.occupations.length
  if (byHand) {
    return (
      <Sheet title="照证书填写" tall closeWord="返回" onClose={() => setByHand(false)}>
        <ByHand start={wanted || (chosen?.name ?? '')} onChoose={onChoose} />
      </Sheet>
    )
  }
  return (
    <Sheet title="职业（工种）" tall onClose={onClose}>
      <SearchBox label="找职业（工种）" placeholder="证书上的名称，如 装调" find={find} onFind={setFind} />
      <p className="muted search-says" role="status">
        {hits.length > 0
          ? wanted
            ? `名称含“${wanted}”的，照证书上的名称选`
            : `目录里的${count}个，照证书上的名称选`
          : `目录里没有“${wanted}”，照证书手工填写`}
      </p>
      <ul className="sheet-scroll options">
        {hits.map((occupation) => {
          const on = chosen?.code === occupation.code
          return (
            <li key={occupation.code}>
              <button type="button" aria-pressed={on} onClick={() => onChoose(occupation)}>
                <span className="grow">
                  <Marked text={occupation.name} find={wanted} />
                  <span className="muted num block">{occupation.code}</span>
                </span>
                <span className="status tone-act">{count}个之一</span>
                {on && <Icon name="check" />}
              </button>
            </li>
          )
        })}
        {hits.length === 0 && (
          <li>
            <button type="button" onClick={() => setByHand(true)}>
              <span className="grow">照证书填“{wanted}”</span>
              <Icon name="forward" />
            </button>
          </li>
        )}
      </ul>
      <Tip policy={policy} onByHand={() => setByHand(true)} />
    </Sheet>
  )
}
