/** The foot of a list that has further pages. */
export const More = ({
  query,
  label = 'Show earlier ones',
}: {
  label?: string;
  query: {hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown};
}) =>
  query.hasNextPage ? (
    <p style={{marginTop: 12}}>
      <button
        type="button"
        className="btn"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? 'Loading' : label}
      </button>
    </p>
  ) : null;
