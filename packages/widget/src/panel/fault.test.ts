import { describe, expect, it } from 'vitest';
import { faultOf } from './fault.ts';

describe('name and email before the first message', () => {
  it('asks for both where they are required', () => {
    expect(faultOf({ name: ' ', email: 'a@b.co' }, 'required')).toEqual({
      field: 'name',
      key: 'nameMissing',
    });
    expect(faultOf({ name: 'Ann', email: '' }, 'required')).toEqual({
      field: 'email',
      key: 'emailMissing',
    });
    expect(faultOf({ name: 'Ann', email: 'ann@example.com' }, 'required')).toBeNull();
  });

  it('asks for nothing where they are optional, but for an address that can be one', () => {
    expect(faultOf({ name: '', email: '' }, 'optional')).toBeNull();
    expect(faultOf({ name: '', email: ' ann+x@mail.example.co.uk ' }, 'optional')).toBeNull();
    for (const email of [
      'ann',
      'ann@',
      '@example.com',
      'ann@example',
      'a b@example.com',
      'a@b..co',
    ])
      expect(faultOf({ name: '', email }, 'optional'), email).toEqual({
        field: 'email',
        key: 'emailWrong',
      });
  });
});
