/** One of a few, as segments, tiles or badges: native radios inside, so that arrows work and OHIF's keys leave them alone. */
import { useId, useRef, type ReactElement, type ReactNode } from 'react';
import { useSurroundings } from '../context';
import { Icon } from '../icons';
import { optionsOf, pickByKey, suffix, type ControlProps, type Option } from './control';

interface RadiosProps extends ControlProps {
  className: string;
  /** Class and content of one option. */
  looks: (option: Option, on: boolean) => { className: string; title: string; name: string; content: ReactNode };
}

function Radios({ schema, value, path, id, describedBy, className, looks, onChange }: RadiosProps): ReactElement {
  const { language, writes } = useSurroundings();
  const group = useId();
  const place = useRef<HTMLDivElement>(null);
  const options = optionsOf(schema);
  const chosen = typeof value === 'string' ? value : undefined;
  const pick = (name: string | undefined): void => {
    if (!writes) return;
    onChange(name);
    const inputs = [...(place.current?.querySelectorAll('input') ?? [])];
    inputs.find(input => input.value === name)?.focus();
  };
  return (
    <div ref={place} className={className} onKeyDown={event => pickByKey(event, options, chosen, language, pick)}>
      {options.map((option, at) => {
        const [name] = option;
        const shown = looks(option, chosen === name);
        return (
          <label key={name} className={shown.className} title={shown.title} data-cy={`${path}:${name}`}>
            <input
              id={at === 0 ? id : undefined}
              className="hidden-input"
              type="radio"
              name={group}
              value={name}
              checked={chosen === name}
              disabled={!writes}
              aria-label={shown.name}
              aria-describedby={describedBy}
              onChange={() => onChange(name)}
              // A second click on the chosen one clears it.
              onClick={() => chosen === name && onChange(undefined)}
            />
            {shown.content}
          </label>
        );
      })}
    </div>
  );
}

const on = (name: string, is: boolean): string => (is ? `${name} on` : name);

export function Segmented(props: ControlProps): ReactElement {
  const { language, writes } = useSurroundings();
  return (
    <Radios
      {...props}
      className={`seg fill${writes ? '' : ' readonly'}${props.invalid ? ' invalid' : ''}`}
      looks={([, hints], is) => ({ className: on('', is).trim(), title: hints[language], name: hints[language], content: (hints.short ?? hints)[language] })}
    />
  );
}

/** What a short form leaves out in brackets stands at the right: "LI-RADS low (1–2)". */
const aside = (long: string, short: string): string => (long.startsWith(short) ? (/\(([^)]*)\)$/.exec(long)?.[1] ?? '') : '');

export function Tiles(props: ControlProps): ReactElement {
  const { language, t } = useSurroundings();
  const answered = typeof props.value === 'string';
  return (
    <>
      <Radios
        {...props}
        className="radios"
        looks={([key, hints], is) => {
          const proposed = !answered && props.proposal?.value === key;
          const short = (hints.short ?? hints)[language];
          return {
            className: `${on('rd', is)}${proposed ? ' proposed' : ''}`,
            title: proposed ? `${hints[language]}: ${props.proposal?.text[language] ?? ''}` : hints[language],
            name: proposed ? `${hints[language]}, ${t('proposed')}` : hints[language],
            content: (
              <>
                <i />
                <span className="name">{short}</span>
                <span className="t11">{proposed ? t('proposed') : aside(hints[language], short)}</span>
              </>
            ),
          };
        }}
      />
      {!answered && props.proposal === null && (
        <p className="help line">
          <Icon name="info" small />
          {t('proposedLater')}
        </p>
      )}
    </>
  );
}

export function Badges(props: ControlProps): ReactElement {
  const { language } = useSurroundings();
  return (
    <Radios
      {...props}
      className="badges"
      looks={([key, hints], is) => {
        const detail = hints.detail?.[language];
        return {
          className: on(`lr choice lr-${suffix(key)}`, is),
          title: detail ?? hints[language],
          name: detail ? `${hints[language]}, ${detail}` : hints[language],
          content: hints[language],
        };
      }}
    />
  );
}
