/**
 * Writes with an id made here. The id stays the same until the server has answered for certain, so that pressing again
 * after a lost answer repeats the same request instead of doing it twice.
 */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { newId, request } from '../../ui/api.ts'
import type { Method, Problem } from '../../ui/api.ts'
import { client } from '../query.ts'

export type Write<Body, Answer> = {
  /** `done` runs once the server has said yes, before the pages read again: what they show then may be another form. */
  readonly send: (body: Body, done?: (answer: Answer) => void) => void
  readonly pending: boolean
  /** The last refusal or failure, until the next attempt. */
  readonly problem: Problem | undefined
  readonly clear: () => void
}

/** Money and people show on many pages: all of them ask again. Session and policy do not change by what is done here. */
const refreshAll = () =>
  client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/session' && queryKey[0] !== '/policy' })

/** No answer, or one that says nothing of whether it was done. */
const uncertain = (problem: Problem) => problem.status === 0 || problem.status >= 500 || problem.code === 'answer'

type Sent<Body, Answer> = { readonly body: Body; readonly done: ((answer: Answer) => void) | undefined }

/** @param path the address for the id made here; where the address names the thing itself the id is not used. */
export function useWrite<Body, Answer>(
  path: (id: string, body: Body) => string,
  options: {
    readonly method?: Method
    readonly message?: (body: Body) => unknown
  } = {},
): Write<Body, Answer> {
  const [id, setId] = useState(newId)
  const mutation = useMutation<Answer, Problem, Sent<Body, Answer>>({
    mutationFn: ({ body }) =>
      request<Answer>(options.method ?? 'PUT', path(id, body), options.message ? options.message(body) : body),
    onSuccess: (answer, { done }) => {
      done?.(answer)
      setId(newId())
      return refreshAll()
    },
    onError: (problem) => {
      if (uncertain(problem)) return
      setId(newId())
      // A refusal because of what others did: show what they did.
      if (problem.status === 409) void refreshAll()
    },
  })
  return {
    send: (body, done) => {
      if (!mutation.isPending) mutation.mutate({ body, done })
    },
    pending: mutation.isPending,
    problem: mutation.error ?? undefined,
    clear: mutation.reset,
  }
}
