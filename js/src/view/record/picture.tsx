import { useMemo, useRef, useState } from "preact/hooks";

/** Raster types only, and only what is in the text itself: nothing is fetched, nothing can run. */
const RASTER = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

interface Props {
  text: string;
  column: string;
  number: number;
}

/** A picture, small; a click shows it in its own size. */
export function Picture({ text, column, number }: Props) {
  const [size, setSize] = useState("");
  const [broken, setBroken] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const [, type, body] = useMemo(() => RASTER.exec(text) ?? [], [text]);
  if (type === undefined || body === undefined)
    return <p class="dd-text dd-quiet">{text || "No picture."}</p>;
  if (broken) return <p class="dd-quiet">The picture is damaged and cannot be shown.</p>;

  const name = `${column} of record ${number + 1}`;
  return (
    <figure class="dd-figure">
      <button type="button" aria-label={`Enlarge ${name}`} onClick={() => dialog.current?.showModal()}>
        <img
          src={text}
          alt={name}
          onError={() => setBroken(true)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize(`${naturalWidth} × ${naturalHeight}, `)
          }
        />
      </button>
      <figcaption class="dd-quiet">
        {size}
        {type.toUpperCase()}, {bytes((body.length * 3) / 4)}
      </figcaption>
      <dialog
        class="dd-figure-large"
        ref={dialog}
        aria-label={name}
        onClick={() => dialog.current?.close()}
        onKeyDown={(event) => event.stopPropagation()} // they are the dialog's, not the record's
      >
        <img src={text} alt={name} />
        <button type="button" class="dd-button">
          Close
        </button>
      </dialog>
    </figure>
  );
}

function bytes(size: number): string {
  return size < 1000 ? `${Math.round(size)} bytes` : `${(size / 1000).toFixed(size < 99_950 ? 1 : 0)} kB`;
}
