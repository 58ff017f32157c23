import {
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Button,
  createTheme,
  Menu,
  Modal,
  Popover,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#E0EFF0',
  '#B9DDE0',
  '#8FDAE1',
  '#6FCAD3',
  '#45A9B3',
  '#1F8893',
  '#13707A',
  '#0B5A63',
  '#084850',
  '#06363C',
];

/** Mantine draws the controls; every colour it uses comes from tokens.css, so both themes switch together. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--font-mono)',
  headings: {fontFamily: 'var(--font)', fontWeight: '650'},
  primaryColor: 'petrol',
  primaryShade: {light: 7, dark: 3},
  colors: {petrol},
  autoContrast: true,
  defaultRadius: 'md',
  radius: {xs: '2px', sm: '6px', md: '6px', lg: '8px', xl: '14px'},
  spacing: {xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px'},
  fontSizes: {xs: '12px', sm: '13px', md: '14px', lg: '18px', xl: '22px'},
  shadows: {xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none'},
  focusClassName: 'focus',
  activeClassName: '',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({defaultProps: {className: 'control'}}),
    Menu: Menu.extend({defaultProps: {shadow: 'none', transitionProps: {duration: 0}}}),
    Popover: Popover.extend({defaultProps: {shadow: 'none'}}),
    Modal: Modal.extend({
      defaultProps: {radius: 'lg', centered: true, overlayProps: {backgroundOpacity: 0.45}},
    }),
  },
});

const shared = {
  '--mantine-color-body': 'var(--canvas)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-3)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
};
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
