/** All pages in one visible list; each is loaded when it is first opened. */
import { QueryClientProvider } from '@tanstack/react-query'
import { Component, lazy, Suspense, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import { clickedClause, goTo, innerPath } from './navigation.ts'
import { queryClient } from './queries.ts'
import { Loading } from './states.tsx'
import { Page } from './Page.tsx'

const Home = lazy(() => import('./pages/Home.tsx'))
const Check = lazy(() => import('./pages/Check.tsx'))
const Notice = lazy(() => import('./pages/Notice.tsx'))
const Occupations = lazy(() => import('./pages/Occupations.tsx'))
const BlankForm = lazy(() => import('./pages/BlankForm.tsx'))
const Contacts = lazy(() => import('./pages/Contacts.tsx'))
const SignIn = lazy(() => import('./pages/SignIn.tsx'))
const Mine = lazy(() => import('./pages/Mine.tsx'))
const Claim = lazy(() => import('./pages/Claim.tsx'))
const Receipt = lazy(() => import('./pages/Receipt.tsx'))
const Application = lazy(() => import('./pages/Application.tsx'))
const Messages = lazy(() => import('./pages/Messages.tsx'))
const ReReview = lazy(() => import('./pages/ReReview.tsx'))
const Objection = lazy(() => import('./pages/Objection.tsx'))
const ObjectionStatus = lazy(() => import('./pages/ObjectionStatus.tsx'))
const Payee = lazy(() => import('./pages/Payee.tsx'))
const Survey = lazy(() => import('./pages/Survey.tsx'))
const DraftForm = lazy(() => import('./pages/DraftForm.tsx'))
const FiledForm = lazy(() => import('./pages/FiledForm.tsx'))
const PaperClaim = lazy(() => import('./pages/PaperClaim.tsx'))
const Devices = lazy(() => import('./pages/Devices.tsx'))
const ClauseSheet = lazy(async () => ({ default: (await import('./ClauseSheet.tsx')).ClauseSheet }))

function NotFound() {
  return (
    <Page title="没有这一页">
      <section className="card">
        <p>地址可能写错了，或者这一页已经不在。</p>
        <a className="button" href="/">
          回到首页
        </a>
      </section>
    </Page>
  )
}

/** A page that broke keeps the rest alive; a part that could not be loaded is asked for again. */
class Guard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError() {
    return { broken: true }
  }
  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Page title="这一页没有打开">
        <section className="card">
          <p>可能是网络断了一下。已经保存的内容都在。</p>
          <button type="button" className="button" onClick={() => location.reload()}>
            重新打开
          </button>
        </section>
      </Page>
    )
  }
}

function Opening() {
  return (
    <div className="page">
      <Loading />
    </div>
  )
}

export function App() {
  const [clause, setClause] = useState<string>()
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const path = innerPath(event)
      if (!path) return
      event.preventDefault()
      const cited = clickedClause(event)
      setClause(cited)
      if (!cited) goTo(path)
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [])
  return (
    <QueryClientProvider client={queryClient}>
      <Guard>
        <Suspense fallback={<Opening />}>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/check/:part?">{({ part }) => <Check part={part} />}</Route>
            <Route path="/notice" component={Notice} />
            <Route path="/occupations" component={Occupations} />
            <Route path="/blank-form" component={BlankForm} />
            <Route path="/contacts" component={Contacts} />
            <Route path="/sign-in" component={SignIn} />
            <Route path="/mine" component={Mine} />
            <Route path="/drafts/:id/objection">{({ id }) => <Objection key={id} draftId={id} />}</Route>
            <Route path="/drafts/:id/form">{({ id }) => <DraftForm id={id} />}</Route>
            <Route path="/drafts/:id/:step">{({ id, step }) => <Claim key={id} id={id} step={step} />}</Route>
            <Route path="/applications/:id/receipt">{({ id }) => <Receipt id={id} />}</Route>
            <Route path="/applications/:id/re-review">{({ id }) => <ReReview key={id} id={id} />}</Route>
            <Route path="/applications/:id/payee">{({ id }) => <Payee key={id} id={id} />}</Route>
            <Route path="/applications/:id/survey">{({ id }) => <Survey key={id} id={id} />}</Route>
            <Route path="/objections/:id">{({ id }) => <ObjectionStatus key={id} id={id} />}</Route>
            <Route path="/applications/:id/form">{({ id }) => <FiledForm id={id} />}</Route>
            <Route path="/applications/:id">{({ id }) => <Application key={id} id={id} />}</Route>
            <Route path="/paper-claim" component={PaperClaim} />
            <Route path="/messages" component={Messages} />
            <Route path="/devices" component={Devices} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Guard>
      {clause && (
        <Suspense fallback={null}>
          <ClauseSheet id={clause} onClose={() => setClause(undefined)} />
        </Suspense>
      )}
    </QueryClientProvider>
  )
}
