import type { InitAnswer, Page } from '@parley/protocol';
import type { Context } from '../context.ts';
import type { Site } from '../site/site.ts';

export interface InitVisitor {
  readonly site: Site;
  /** As the browser sent it; one that is unknown in this site makes a new visitor. */
  readonly visitorToken: string | undefined;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly locale: string | undefined;
  readonly page: Page | undefined;
  readonly identityToken: string | undefined;
}

export interface VisitorCommands {
  /**
   * Finds or makes the visitor, and the conversation that the next message would go to.
   * @throws AppError `invalid_identity_token`
   */
  initVisitor(input: InitVisitor): Promise<Omit<InitAnswer, 'success'>>;
}

export declare function createVisitorCommands(context: Context): VisitorCommands;
