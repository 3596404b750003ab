import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Waits for conditions, on a slow machine too.
configure({ asyncUtilTimeout: 20_000 });
jest.setTimeout(60_000);
