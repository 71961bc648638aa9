/** The public home: may I, how much, until when. The stair is the amount table. */
import { useEffect } from 'react'
import './home.css'
import { levels, levelTitles } from '../../../domain/policy.ts'
import type { Policy } from '../../../domain/policy.ts'
import { ClauseNumber } from '../../ui/Clause.tsx'
import { Icon, Mark } from '../../ui/icons.tsx'
import { Status } from '../../ui/Status.tsx'
import { dayRange, timeLeft, yuan, yuanFigure } from '../../ui/words.ts'
import { DemoStrip, TextSizeSwitch } from '../Page.tsx'
import { useNow, usePolicy, useSession } from '../queries.ts'
import { Await } from '../states.tsx'
import { contactTitle, dialled, phoneInWords } from '../contacts.ts'

function Stair({ policy }: { policy: Policy }) {
  const steps = levels.flatMap((level) => {
    const amountFen = policy.amounts.byLevel[level]
    return amountFen === undefined ? [] : [{ level, amountFen }]
  })
  const highest = Math.max(...steps.map(({ amountFen }) => amountFen))
  const inWords = steps.map(({ level, amountFen }) => `${levelTitles[level]}${yuan(amountFen)}`).join('，')
  return (
    <section className="card stair-card">
      <p className="stair-caption">
        <span>
          每张证书一次性资助 <span className="muted">（元）</span>
        </span>
        <ClauseNumber id={policy.amounts.clause} />
      </p>
      <div className="stair" role="img" aria-label={`资助金额：${inWords}`}>
        {steps.map(({ level, amountFen }, place) => (
          <div key={level} className={`stair-${place}`} style={{ '--share': amountFen / highest }}>
            <b className="num">{yuanFigure(amountFen)}</b>
            <i />
            <span>{levelTitles[level]}</span>
          </div>
        ))}
      </div>
    </section>
  )
}

/** One line under each group of clause 一, in our words; the clause beside it has the notice's. */
const whoMay: { readonly [category: string]: string } = {
  technicians: '不限工种。沪苏浙皖人社部门或国家行业主管部门备案',
  masters: '市人社局备案',
  listedOccupations: '市人社局备案',
  competition: '由竞赛承办单位汇总名单',
}

function WhoMay({ policy }: { policy: Policy }) {
  return (
    <ul className="card who">
      {policy.categories.map((category) => (
        <li key={category.id}>
          <b>{category.title}</b>
          <p className="muted">
            {whoMay[category.id] ?? <span className="quote">{category.quote}</span>}{' '}
            {category.listedOccupationsOnly && (
              <a href="/occupations" className="nowrap">
                看{policy.occupations.length}个工种
              </a>
            )}{' '}
            <ClauseNumber id={category.clause} />
          </p>
        </li>
      ))}
    </ul>
  )
}

function Window({ policy }: { policy: Policy }) {
  const now = useNow()
  const { window } = policy
  const opened = now && now.now >= window.opensAt
  const closed = now && now.now >= window.closedAt
  const left = now && timeLeft(now.today, window.closesOn)
  return (
    <p className="when">
      <span className="nowrap">
        {dayRange(window.opensOn, window.closesOn)}申报 <ClauseNumber id={window.clause} />
      </span>
      {now && !opened && <Status kind="waiting">还没有开始</Status>}
      {closed && <Status kind="paused">已截止</Status>}
      {opened && !closed && left && (
        <span className={`status tone-${left.kind === 'active' ? 'act' : 'warn'}`}>
          <Icon name="clock" />
          {left.says}
        </span>
      )}
    </p>
  )
}

function More({ policy }: { policy: Policy }) {
  return (
    <div className="card rows">
      <a href="/notice">
        <span className="grow">通知原文</span>
        <Icon name="forward" className="chevron" />
      </a>
      <a href="/blank-form">
        <span className="grow">
          空白申请表<span className="muted">（可打印手写）</span>
        </span>
        <Icon name="forward" className="chevron" />
      </a>
      <a href="/contacts">
        <span className="grow">
          各渠道联系方式<span className="muted">（联系人、地址）</span>
        </span>
        <Icon name="forward" className="chevron" />
      </a>
      {policy.contacts.map((contact) => (
        <a key={contact.phone} href={dialled(contact)}>
          <span className="grow">
            {contactTitle(contact)}
            <br />
            <span className="muted num">{phoneInWords(contact)}</span>
          </span>
          <Icon name="phone" className="hand" />
        </a>
      ))}
    </div>
  )
}

export default function Home() {
  const policy = usePolicy()
  const account = useSession().data?.account
  useEffect(() => {
    document.title = '职工技能等级晋升资助 · 匠升'
  }, [])
  return (
    <div className="page">
      <DemoStrip />
      <header className="masthead">
        <p className="brand">
          <Mark />
          匠升
        </p>
        <TextSizeSwitch />
        {account?.kind === 'worker' ? <a href="/devices">{account.name}</a> : <a href="/sign-in">登录</a>}
      </header>
      <main>
        <Await query={policy}>
          {(known) => (
            <>
              <div className="opening">
                <h1>
                  <span>{known.year}年度职工技能</span>
                  <span>等级晋升资助</span>
                </h1>
                <Window policy={known} />
              </div>
              <Stair policy={known} />
              <div className="go">
                <a className="button" href="/check">
                  测一测我能不能申请
                </a>
                <p className="muted">几个问题，不用登录，不保存回答</p>
              </div>
              <div className="card rows">
                <a href="/mine">
                  <Icon name="doc" className="hand" />
                  <span className="grow">
                    我的申报
                    <br />
                    <span className="muted">填申请、看进度、补材料</span>
                  </span>
                  <Icon name="forward" className="chevron" />
                </a>
              </div>
              <h2 className="heading">
                谁可以申请<small>四类，符合一类即可</small>
              </h2>
              <WhoMay policy={known} />
              <h2 className="heading">更多</h2>
              <More policy={known} />
              <p className="imprint">
                {known.issuer}
                <br />
                不收任何费用，不会向你要验证码
              </p>
            </>
          )}
        </Await>
      </main>
    </div>
  )
}
