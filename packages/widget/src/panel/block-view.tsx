import { Component, createRef, type ComponentChild, type RefObject } from 'preact';
import { guessedHeight_px, sameItems, type Block } from './blocks.ts';
import type { LogItem } from './groups.ts';

/** Nearer to what is on screen than this, a block is drawn. In CSS pixels. */
const NEAR_PX = 1_500;

export interface BlockViewProps {
  readonly block: Block;
  /** Drawn before it is known where it stands: at both ends of the log. */
  readonly first: boolean;
  readonly box: RefObject<HTMLElement | null>;
  /** Another value: it is drawn anew, whatever is in it. */
  readonly version: unknown;
  readonly draw: (items: readonly LogItem[]) => ComponentChild;
  /** Messages are there that were not. */
  readonly onShown: () => void;
}

interface State {
  readonly near: boolean;
}

/** One part of the log: drawn while it is near, else as high as it was. */
export class BlockView extends Component<BlockViewProps, State> {
  override state: State = { near: this.props.first };
  readonly #element = createRef<HTMLDivElement>();
  #height_px = guessedHeight_px(this.props.block.items);
  #observer: IntersectionObserver | null = null;

  override shouldComponentUpdate(next: Readonly<BlockViewProps>, state: Readonly<State>): boolean {
    return (
      state.near !== this.state.near ||
      next.version !== this.props.version ||
      !sameItems(next.block.items, this.props.block.items)
    );
  }

  override componentDidMount(): void {
    const element = this.#element.current;
    if (element === null) return;
    this.#observer = new IntersectionObserver(
      (entries) => this.#moved(entries.at(-1)?.isIntersecting === true),
      { root: this.props.box.current, rootMargin: `${NEAR_PX}px 0px` },
    );
    this.#observer.observe(element);
  }

  override componentDidUpdate(_: BlockViewProps, before: State): void {
    const element = this.#element.current;
    const box = this.props.box.current;
    if (!this.state.near || before.near || element === null || box === null) return;
    // What was guessed was wrong, or the window is another: what is being read stays where it is.
    const grown_px = element.offsetHeight - this.#height_px;
    if (grown_px !== 0 && element.offsetTop < box.scrollTop) box.scrollTop += grown_px;
    this.props.onShown();
  }

  override componentWillUnmount(): void {
    this.#observer?.disconnect();
  }

  override render({ block, draw }: BlockViewProps, { near }: State): ComponentChild {
    return (
      <div
        class="block"
        ref={this.#element}
        style={near ? {} : { blockSize: `${this.#height_px}px` }}
      >
        {near && draw(block.items)}
      </div>
    );
  }

  #moved(near: boolean): void {
    if (near === this.state.near) return;
    if (!near) this.#height_px = this.#element.current?.offsetHeight ?? this.#height_px;
    this.setState({ near });
  }
}
