/** `/inbox` and `/inbox/$conversationId`. */
const InboxPage = () => <p className="t2">The inbox is not built yet.</p>;
export default InboxPage;
