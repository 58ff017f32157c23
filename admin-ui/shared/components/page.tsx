import {type ReactNode, useEffect, useRef} from 'react';

/** A console page: its title (focused on arrival, so that a screen reader says where one is), and what can be done. */
export const Page = ({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Crowlit`;
    heading.current?.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }, [title]);
  return (
    <>
      <div className="top">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <span className="sp" />
        {actions}
      </div>
      {children}
    </>
  );
};

export const Section = ({
  title,
  hint,
  aside,
  children,
}: {
  title: string;
  hint?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) => (
  <section className="sec" aria-label={title}>
    <div className="hd">
      <h2>{title}</h2>
      {hint === undefined ? null : <span className="dim s13">{hint}</span>}
      {aside === undefined ? null : (
        <>
          <span className="sp" />
          {aside}
        </>
      )}
    </div>
    {children}
  </section>
);
