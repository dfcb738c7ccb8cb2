import type { Fields } from "../../wire/wire";
import { useId } from "../ids";

const PLACES = [
  { location: "run", words: "Run in this kernel" },
  { location: "submit", words: "Submit to NeMo Services" },
] as const;

interface Props {
  location: Fields["location"];
  choose: (location: Fields["location"]) => void;
  readOnly: boolean;
}

/** Where it is to be made: radio buttons, which the arrow keys choose. */
export function Where({ location, choose, readOnly }: Props) {
  const id = useId();
  return (
    <div class="dd-form-row">
      <span id={id}>Where</span>
      <div class="dd-segments" role="radiogroup" aria-labelledby={id}>
        {PLACES.map((place) => (
          <label key={place.location} class={place.location === location ? "dd-chosen" : ""}>
            <input
              type="radio"
              name={id}
              checked={place.location === location}
              disabled={readOnly}
              onChange={() => choose(place.location)}
            />
            {place.words}
          </label>
        ))}
      </div>
    </div>
  );
}
