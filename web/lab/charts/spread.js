/** Moves what lies closer together than `gap` apart, as little as needed, in the order of the
 * values: groups grow until they no longer touch. @param {number[]} wanted @param {number} gap
 * @param {number} least @param {number} most */
export function spread(wanted, gap, least, most) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  /** @type {{ members: number[], start: number }[]} */
  const groups = [];
  for (const i of order) {
    let group = merged([i]);
    for (let above = groups.at(-1); above && overlap(above, group, gap); above = groups.at(-1)) {
      groups.pop();
      group = merged([...above.members, ...group.members]);
    }
    groups.push(group);
  }
  const placed = [...wanted];
  for (const { members, start } of groups) {
    for (const [row, i] of members.entries()) placed[i] = start + row * gap;
  }
  return placed;

  /** @param {number[]} members */
  function merged(members) {
    const sum = members.reduce((total, i, row) => total + wanted[i] - row * gap, 0);
    const room = most - (members.length - 1) * gap;
    return { members, start: Math.max(least, Math.min(room, sum / members.length)) };
  }
}

/** @param {{ members: number[], start: number }} above @param {{ start: number }} below
 * @param {number} gap */
function overlap(above, below, gap) {
  return above.start + above.members.length * gap > below.start;
}
