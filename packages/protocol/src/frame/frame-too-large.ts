/** A frame whose announced size is over the limit. It is skipped as it arrives; the frames after it are read as usual. */
export class FrameTooLarge {
  readonly announcedBytes: number;
  readonly limitBytes: number;

  constructor(sizes: { announcedBytes: number; limitBytes: number }) {
    this.announcedBytes = sizes.announcedBytes;
    this.limitBytes = sizes.limitBytes;
  }
}
