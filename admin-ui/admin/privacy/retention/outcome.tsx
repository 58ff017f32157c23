import {State} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {formatNumber} from '../../../shared/format.ts';
import {retentionCategories} from '../../../shared/retention-words.ts';
import type {DryRun} from './retention.ts';

const labelOf = (category: string) =>
  retentionCategories.find(({key}) => key === category)?.label ?? category;

const keptWords = {
  legal_hold: 'Kept, legal hold',
  restricted: 'Kept, restricted',
} as const;

/** Counts by category and website, what stays all the same, and the oldest of each as examples. */
export const Outcome = ({dry}: {dry: DryRun}) => (
  <>
    <table className="table stack">
      <thead>
        <tr>
          <th>What would happen</th>
          <th>Category</th>
          <th>Website</th>
          <th className="r">Records</th>
        </tr>
      </thead>
      <tbody>
        {dry.counts.map(({category, siteName, count}) => (
          <tr key={`${category} ${siteName}`}>
            <td>
              <State tone="da">Deleted</State>
            </td>
            <td data-l="Category">{labelOf(category)}</td>
            <td data-l="Website">{siteName ?? <span className="dim">none</span>}</td>
            <td data-l="Records" className="r">
              <b>{formatNumber(count)}</b>
            </td>
          </tr>
        ))}
        {dry.counts.length > 0 ? null : (
          <tr>
            <td colSpan={4}>
              <State tone="ok">Nothing goes</State>
            </td>
          </tr>
        )}
        {(['legal_hold', 'restricted'] as const)
          .filter(why => dry.kept[why] > 0)
          .map(why => (
            <tr key={why}>
              <td>
                <State tone="in">{keptWords[why]}</State>
              </td>
              <td data-l="Category" className="t2">
                Older than its period, and stays
              </td>
              <td data-l="Website">
                <span className="dim">any</span>
              </td>
              <td data-l="Records" className="r">
                <b>{formatNumber(dry.kept[why])}</b>
              </td>
            </tr>
          ))}
      </tbody>
    </table>
    {dry.examples.length === 0 ? null : (
      <>
        <h3 style={{margin: '24px 0 8px'}}>Examples, the oldest of each category</h3>
        <table className="table stack">
          <thead>
            <tr>
              <th>Which</th>
              <th>Category</th>
              <th>Website</th>
              <th>Last changed</th>
            </tr>
          </thead>
          <tbody>
            {dry.examples.map(({category, name, siteName, at}) => (
              <tr key={`${category} ${name} ${at}`}>
                <td>
                  <b>{name}</b>
                </td>
                <td data-l="Category">{labelOf(category)}</td>
                <td data-l="Website">{siteName ?? <span className="dim">none</span>}</td>
                <td data-l="Last changed">
                  <Time at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </>
    )}
  </>
);
