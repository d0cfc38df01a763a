import { Training } from './training.js';

export default function Page() {
  return <Training />;
}
