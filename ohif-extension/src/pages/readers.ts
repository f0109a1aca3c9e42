/** Who may be assigned to studies: asked for once, and named wherever a login stands. */
import { personName } from '../panels/times';
import { WRITERS } from '../versions';
import type { Me, Reader } from '../types/api';

const known = new Map<string, Reader>();

export function keepReaders(readers: Reader[]): void {
  for (const reader of readers) known.set(reader.login, reader);
}

/** The name behind a login; the login itself of an account that is gone. */
export const readerName = (login: string): string => personName(known.get(login)?.name ?? login);

const ASSIGNING = ['admin', 'radiologist'];

/** Whom somebody may assign and withdraw: anybody, himself alone, or nobody. */
export function assignable({ user, role }: Me): Reader[] {
  const all = [...known.values()];
  return ASSIGNING.includes(role) ? all : all.filter(one => one.login === user && WRITERS.includes(role));
}
