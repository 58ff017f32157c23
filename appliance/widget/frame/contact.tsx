/** Where people write to, as a link where it can be one. */
export const Contact = ({contact}: {contact: string}) => {
  const href = /^[^\s@]+@[^\s@]+$/.test(contact)
    ? `mailto:${contact}`
    : /^https?:\/\//.test(contact)
      ? contact
      : null;
  return href ? (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {contact}
    </a>
  ) : (
    <bdi>{contact}</bdi>
  );
};
