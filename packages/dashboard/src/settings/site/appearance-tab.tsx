import type { Appearance } from '@parley/protocol';
import { t } from '../../i18n/translate.ts';
import { Field, Select, TextArea, TextInput } from '../../ui/form.tsx';
import { Section } from '../../ui/page.tsx';
import { Preview } from './preview.tsx';
import type { TabProps } from './site-page.tsx';
import { useSayings } from './widget-words.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
const POSITIONS = ['right', 'left'] as const;
/** Colours to begin with: readable with white writing. */
const SWATCHES = ['#2563eb', '#0f766e', '#7c3aed', '#be185d', '#c2410c', '#15803d', '#1f2937'];

/** How the widget looks, with a picture of it beside. */
export function AppearanceTab({ draft, faults, set }: TabProps) {
  const { appearance } = draft.settings;
  const look = (part: Partial<Appearance>) => set({ appearance: { ...appearance, ...part } });
  const said = useSayings(draft.settings, draft.settings.locale);
  const faultOf = (name: keyof Appearance) => faults[`settings.appearance.${name}`];
  return (
    <div className="flex gap-10 max-lg:flex-col-reverse">
      <div className="min-w-0 grow">
        <Section title={t('look.colour')}>
          <ColourField color={appearance.color} error={faultOf('color')} onChange={look} />
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label={t('look.theme')}>
              <Select
                value={appearance.theme}
                choices={THEMES.map((value) => ({ value, text: t(`look.theme.${value}`) }))}
                onChange={(theme) => look({ theme })}
              />
            </Field>
            <Field label={t('look.position')}>
              <Select
                value={appearance.position}
                choices={POSITIONS.map((value) => ({ value, text: t(`look.position.${value}`) }))}
                onChange={(position) => look({ position })}
              />
            </Field>
          </div>
        </Section>
        <Section title={t('look.words')} text={t('look.words.text')}>
          <Field label={t('look.title')} error={faultOf('title')}>
            <TextInput
              value={appearance.title}
              maxLength={80}
              placeholder={said('title')}
              onChange={(event) => look({ title: event.target.value })}
            />
          </Field>
          <Field label={t('look.greeting')} error={faultOf('greeting')}>
            <TextArea
              value={appearance.greeting}
              maxLength={500}
              placeholder={said('greeting')}
              onChange={(event) => look({ greeting: event.target.value })}
            />
          </Field>
          <Field
            label={t('look.launcherText')}
            hint={t('look.launcherText.hint')}
            error={faultOf('launcher_text')}
          >
            <TextInput
              value={appearance.launcher_text ?? ''}
              maxLength={40}
              onChange={(event) => look({ launcher_text: event.target.value })}
            />
          </Field>
          <Field
            label={t('look.launcherPicture')}
            hint={t('look.launcherPicture.hint')}
            error={faultOf('launcher_picture')}
          >
            <TextInput
              type="url"
              value={appearance.launcher_picture ?? ''}
              maxLength={500}
              placeholder="https://shop.example/face.png"
              onChange={(event) => look({ launcher_picture: event.target.value.trim() })}
            />
          </Field>
        </Section>
      </div>
      <div className="w-80 shrink-0 max-lg:w-full">
        <Preview settings={draft.settings} />
      </div>
    </div>
  );
}

function ColourField({
  color,
  error,
  onChange,
}: {
  color: string;
  error: string | undefined;
  onChange: (part: { color: string }) => void;
}) {
  const isColour = /^#[\da-f]{6}$/i.test(color);
  return (
    <Field label={t('look.brand')} hint={t('look.brand.hint')} error={error}>
      <div className="flex flex-wrap items-center gap-2">
        <span className="relative size-9 shrink-0 overflow-hidden rounded-lg border border-line-strong max-md:size-11">
          <input
            type="color"
            aria-label={t('look.brand.pick')}
            value={isColour ? color : '#000000'}
            onChange={(event) => onChange({ color: event.target.value })}
            className="absolute -inset-2 size-[calc(100%+1rem)] cursor-pointer"
          />
        </span>
        <TextInput
          value={color}
          maxLength={7}
          spellCheck={false}
          className="max-w-30 font-mono"
          onChange={(event) => onChange({ color: event.target.value })}
        />
        <div className="flex gap-1.5">
          {SWATCHES.map((swatch) => (
            <button
              key={swatch}
              type="button"
              aria-label={t('look.brand.use', { colour: swatch })}
              aria-pressed={swatch === color.toLowerCase()}
              onClick={() => onChange({ color: swatch })}
              style={{ background: swatch }}
              className="size-6 rounded-full outline-offset-2 forced-color-adjust-none aria-pressed:outline-2 aria-pressed:outline-ink max-md:size-7"
            />
          ))}
        </div>
      </div>
    </Field>
  );
}
